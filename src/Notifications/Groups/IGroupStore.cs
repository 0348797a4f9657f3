namespace Notifications.Groups;

/// <summary>A group as it is stored.</summary>
/// <param name="Key">32 hexadecimal digits.</param>
/// <param name="State">UTF-8 JSON; of interest to this library only.</param>
public readonly record struct StoredGroup(string Key, ReadOnlyMemory<byte> State);

/// <summary>
/// Keeps groups through a restart. Each method is done when what it did is durable; it may throw what it likes, and is called
/// again later. One dispatcher at a time uses a store; calls for one key never overlap.
/// </summary>
public interface IGroupStore
{
    Task<IReadOnlyList<StoredGroup>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces what is stored under the key.</summary>
    Task SaveAsync(StoredGroup group, CancellationToken cancellationToken);

    /// <summary>A key that is not there is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}
