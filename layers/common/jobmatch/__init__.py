"""Job posting and explained candidate matching: the layer that every function shares."""
