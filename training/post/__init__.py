"""Post-training: the AR and the decoder apart, each by GRPO on the rewards of its own domain."""
