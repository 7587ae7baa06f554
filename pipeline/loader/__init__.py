"""From a built directory to the batches of a training loop. Imports neither Beam nor, but for one
file, torch.

dataset      TokenDataset: a checked directory; row numbers -> a batch
batch        Batch: what a model is given, as numpy arrays
mixture      Mixture: several datasets as one, by weights, and the schedule of that
permutation  the order of an epoch, computed and not stored
batches      Batches: the sequence of batches, shared among ranks and workers, resumed exactly
torch        the same as tensors, in torch's DataLoader: the only file that imports torch
"""
