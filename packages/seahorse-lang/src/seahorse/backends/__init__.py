"""What turns the intermediate form into bytecode or source."""
