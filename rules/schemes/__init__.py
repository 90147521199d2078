"""The grading schemes, one pure module each: the folder is the list."""
