"""The lowest package: model runtimes and the processes they live in; it also runs inside sealed children."""
