"""Text of LLVM's language: values, functions, modules, syscalls."""
