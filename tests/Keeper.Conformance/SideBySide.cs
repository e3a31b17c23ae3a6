// Most tests wait, for blocks and for nodes of their own, so more run at a time than there are cores. Classes are the collections; what measures
// blocks of a second or the processor is in EndToEndCollection, which runs by itself when the others have ended.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
