using System.Text;
using HBase.GrainStorage.Rows;
using HBase.GrainStorage.Tables;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace HBase.GrainStorage.Storage;

/// <summary>
/// States of ordinary grains: one row for each grain and state name, laid out as an entity's state (<see
/// cref="EntityRows"/>) with the kind <c>/grain type/state name</c>.
/// <para>
/// Clearing is a write like any other, with empty data and type and a new ETag: HBase's delete would mask a write of
/// the same millisecond, and forget the version. The ETag goes on after it, so a stale activation can neither write nor
/// clear.
/// </para>
/// </summary>
internal sealed class HBaseGrainStorage(
    string name, HBaseGrainStorageOptions options, IHBase hbase, HBaseTables tables, IActivatorProvider activators,
    TimeProvider time) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private const string Cleared = "";

    private readonly StateRows _rows = new(hbase.GetTable(options.TableName), time);

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        OptionFormattingUtilities.Name<HBaseGrainStorage>(name), options.InitStage,
        token => tables.EnsureStateTableAsync(hbase, options.TableName, token));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = Row(stateName, grainId);
        try
        {
            var stored = await _rows.ReadAsync(row, cancellationToken).ConfigureAwait(false);
            var exists = stored is { Type: not Cleared };
            grainState.State = exists ? Deserialize<T>(stored!.Data) : activators.GetActivator<T>().Create();
            grainState.ETag = stored is null ? null : Etag.ToText(stored.Version);
            grainState.RecordExists = exists;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Failed("read", stateName, grainId, exception);
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = Row(stateName, grainId);
        try
        {
            var data = options.GrainStorageSerializer.Serialize(grainState.State).ToMemory();
            var type = typeof(T).ToString();
            grainState.ETag = await WriteAsync(row, stateName, grainId, grainState, data, type, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InconsistentStateException))
        {
            throw Failed("written", stateName, grainId, exception);
        }

        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = Row(stateName, grainId);
        try
        {
            var nothing = string.IsNullOrEmpty(grainState.ETag)
                && await _rows.VersionAsync(row, cancellationToken).ConfigureAwait(false) is null;
            if (!nothing)
            {
                grainState.ETag =
                    await WriteAsync(row, stateName, grainId, grainState, default, Cleared, cancellationToken)
                        .ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or InconsistentStateException))
        {
            throw Failed("cleared", stateName, grainId, exception);
        }

        grainState.State = activators.GetActivator<T>().Create();
        grainState.RecordExists = false;
    }

    /// <summary>
    /// Kind <c>/grain type/state name</c>, key the grain's. A slash or percent sign in the type is written as %2F or
    /// %25, so types and names cannot be taken for one another; entities' kinds do not begin with a slash.
    /// </summary>
    internal static byte[] Row(string stateName, GrainId grainId)
    {
        var type = grainId.Type.ToString()!
            .Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
        return EntityRows.State(Encoding.UTF8.GetBytes($"/{type}/{stateName}"), grainId.Key.AsSpan());
    }

    // The new ETag. One that this provider has not made is that of no row.
    private async Task<string> WriteAsync<T>(
        byte[] row, string stateName, GrainId grainId, IGrainState<T> grainState, ReadOnlyMemory<byte> data,
        string type, CancellationToken cancellationToken)
    {
        EntityVersion? expected = null;
        WriteResult result;
        if (!string.IsNullOrEmpty(grainState.ETag) && (expected = ParseEtag(grainState.ETag)) is null)
        {
            result = new(false, await _rows.VersionAsync(row, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            var version = _rows.Next(expected);
            result = await _rows.WriteAsync(row, expected, version, data, type, null, [], cancellationToken)
                .ConfigureAwait(false);
        }

        if (result is { Written: true, Stored: { } written }) return Etag.ToText(written);
        var other = result.Stored is { } stored ? Etag.ToText(stored) : null;
        var what = type == Cleared ? "cleared" : "written";
        throw new InconsistentStateException(
            $"State '{stateName}' of grain {grainId} could not be {what} by storage provider '{name}': another activation "
            + $"has written it, the expected ETag is {grainState.ETag ?? "none"}, the stored one {other ?? "none"}.",
            other!, grainState.ETag);
    }

    private static EntityVersion? ParseEtag(string etag) => Etag.TryParse(etag, out var version) ? version : null;

    private T Deserialize<T>(ReadOnlyMemory<byte> data) =>
        options.GrainStorageSerializer.Deserialize<T>(BinaryData.FromBytes(data))!;

    private HBaseStorageException Failed(string what, string stateName, GrainId grainId, Exception exception) => new(
        $"State '{stateName}' of grain {grainId} could not be {what} by storage provider '{name}' in table "
        + $"{options.TableName}: {exception.Message}", exception);
}
