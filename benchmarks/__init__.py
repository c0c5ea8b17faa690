"""What the hall costs, each figure beside its peer or limit measured in the same run."""
