namespace HBase.GrainStorage.Storage;

/// <summary>A grain's state could not be read or written; the inner exception says why.</summary>
public sealed class HBaseStorageException(string message, Exception? innerException = null)
    : OrleansException(message, innerException!);
