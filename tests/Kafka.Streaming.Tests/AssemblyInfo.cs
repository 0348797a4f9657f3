// Silos are heavy, and a busy machine makes them look dead to each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
