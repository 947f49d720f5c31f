"""The same world by different paths: format, order of rows, sizes at which the program works otherwise."""
