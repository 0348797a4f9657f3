using Notifications.Groups;

namespace Silo.Notifying;

/// <summary>The groups of notifications: a row <c>group/&lt;key&gt;</c> each.</summary>
internal sealed class GroupStore(NotificationTable table) : IGroupStore
{
    private const string Prefix = "group/";

    public async Task<IReadOnlyList<StoredGroup>> LoadAsync(CancellationToken cancellationToken) =>
        [.. (await table.ReadAsync(Prefix, cancellationToken)).Select(row => new StoredGroup(row.Key, row.Value))];

    public Task SaveAsync(StoredGroup group, CancellationToken cancellationToken) =>
        table.SaveAsync(Prefix + group.Key, group.State, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        table.DeleteAsync(Prefix + key, cancellationToken);
}
