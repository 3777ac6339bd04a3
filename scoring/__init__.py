"""The judge as a library: train on a target, score images, rank and show them."""
