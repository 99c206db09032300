"""The version: said here, and read from here by the package and by `actionitem --version`."""

VERSION = "0.1.0"
