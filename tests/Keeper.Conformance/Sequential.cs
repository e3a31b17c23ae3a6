// Every test here starts a node of its own and most of them count blocks: side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
