"""Training of the mini model: data, stages, assembly. See README.md."""
