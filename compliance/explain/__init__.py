"""What holds, in the words of an answer: findings, what is missing, sources, remedies."""
