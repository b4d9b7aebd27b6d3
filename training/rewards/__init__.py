"""What post-training is paid for, and the judges that are kept apart from it."""
