"""From LLVM's text to an ELF that clusters load: code generation, a pass over the finished code, the linker."""
