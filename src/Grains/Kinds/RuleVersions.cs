using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Checkpointing;
using Microsoft.Extensions.Logging;
using Rules.Language;

namespace Grains.Kinds;

/// <summary>
/// The versions of the rules that this silo has. The newest is looked for every second; an older one is fetched when a record or a
/// state is of it. Without a store there is one, 0: the rules as configured.
/// </summary>
/// <remarks>
/// A silo's directory of rules becomes a new version when the silo starts, unless its content was a version before: two silos that
/// are not started with the same files would replace each other's for ever.
/// </remarks>
public sealed partial class RuleVersions(
    KindCatalog configured, TimeProvider time, ILogger<RuleVersions> logger, IVersionStore? store = null)
    : IRecordVersions, ILifecycleParticipant<ISiloLifecycle>
{
    private const int MaxKept = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, KindCatalog> _kept = [];
    private volatile KindCatalog? _taken;

    /// <summary>The kinds with the newest rules.</summary>
    public KindCatalog Newest => _taken ?? configured;

    long IRecordVersions.Newest => Newest.Version;

    /// <summary>A version that this silo has at hand.</summary>
    public bool TryGet(long version, [NotNullWhen(true)] out KindCatalog? kinds)
    {
        kinds = Newest;
        if (kinds.Version == version) return true;
        if (_kept.TryGetValue(version, out kinds)) return true;
        // Of a time without a store.
        kinds = version == 0 || store is null ? configured : null;
        return kinds is not null;
    }

    /// <summary>
    /// A version, fetched from the store if need be; the newest in place of one that is not in it, whose table was emptied or is another.
    /// </summary>
    /// <exception cref="EntityStoreException">The store could not be read.</exception>
    public async ValueTask<KindCatalog> GetAsync(long version, CancellationToken cancellationToken)
    {
        if (TryGet(version, out var kinds)) return kinds;
        await foreach (var (number, content) in store!.ReadAsync(version, cancellationToken))
        {
            if (number == version) return Keep(Compile(number, content));
            break;
        }

        LogMissing(logger, version, Newest.Version);
        return Newest;
    }

    /// <summary>The stored versions, oldest first.</summary>
    public async IAsyncEnumerable<(long Version, RuleSetDocument Document)> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (store is null) yield break;
        await foreach (var (version, content) in store.ReadAsync(1, cancellationToken))
            yield return (version, RuleSetDocument.Parse(content.Span));
    }

    /// <summary>Makes rules the newest version: all silos take them up within seconds.</summary>
    /// <returns>Its number; that of the present one if it is the same.</returns>
    /// <exception cref="RuleException">Something is wrong with them; nothing has changed.</exception>
    /// <exception cref="EntityStoreException">Whether it was stored is not known; the same may be tried again.</exception>
    public async Task<long> ApplyAsync(IReadOnlyDictionary<string, string> files, string who, CancellationToken cancellationToken)
    {
        if (store is null) throw new InvalidOperationException("This silo has no store of versions.");
        while (true)
        {
            await FetchNewerAsync(cancellationToken);
            var newest = Newest;
            if (newest.Version > 0 && IsSame(newest.RuleFiles, files)) return newest.Version;
            var version = newest.Version + 1;
            var kinds = newest.WithRules(version, files);
            var document = new RuleSetDocument(time.GetUtcNow(), who, files);
            if (!await store.TryAddAsync(version, document.ToBytes(), cancellationToken)) continue; // another one was quicker
            LogApplied(logger, version, who);
            Take(kinds);
            return version;
        }
    }

    async Task<VersionStarts> IRecordVersions.ReadAsync(string source, long from, CancellationToken cancellationToken)
    {
        if (store is null) return VersionStarts.None;
        var starts = (await store.ReadStartsAsync(source, cancellationToken)).From(from);
        foreach (var version in starts.Versions)
            await GetAsync(version, cancellationToken);
        return starts;
    }

    Task<bool> IRecordVersions.TryStartAsync(string source, VersionStart start, CancellationToken cancellationToken) =>
        store!.TryStartAsync(source, start, cancellationToken);

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (store is null) return;
        // Before records are read.
        lifecycle.Subscribe(nameof(RuleVersions), ServiceLifecycleStage.ApplicationServices, BeginAsync);
        SiloLoop.Run(lifecycle, nameof(RuleVersions), Interval, time, FetchNewerAsync, e => LogFailed(logger, e));
    }

    /// <summary>Takes up what is stored, and what this silo's directory has that is new.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await FetchNewerAsync(cancellationToken);
                if (await KnownAsAsync(configured.RuleFiles, cancellationToken) is not { } known)
                    await ApplyAsync(configured.RuleFiles, $"silo {Environment.MachineName}", cancellationToken);
                else if (known != Newest.Version)
                    LogOlder(logger, known, Newest.Version);
                return;
            }
            catch (EntityStoreException e)
            {
                LogFailed(logger, e);
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
    }

    private async Task<long?> KnownAsAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        if (Newest.Version > 0 && IsSame(Newest.RuleFiles, files)) return Newest.Version;
        await foreach (var (version, document) in ReadAllAsync(cancellationToken))
            if (IsSame(document.Files, files)) return version;
        return null;
    }

    // Those between are fetched when a record or a state is of them.
    private async Task FetchNewerAsync(CancellationToken cancellationToken)
    {
        (long Version, ReadOnlyMemory<byte> Content)? last = null;
        await foreach (var found in store!.ReadAsync(Newest.Version + 1, cancellationToken)) last = found;
        if (last is var (version, content)) Take(Compile(version, content));
    }

    private KindCatalog Keep(KindCatalog kinds)
    {
        _kept[kinds.Version] = kinds;
        while (_kept.Count > MaxKept) _kept.TryRemove(_kept.Keys.Min(), out _);
        return kinds;
    }

    // Kinds may have changed since: what old rules look at need not be there any more, and must not end the silo's start.
    private KindCatalog Compile(long version, ReadOnlyMemory<byte> content)
    {
        var files = RuleSetDocument.Parse(content.Span).Files;
        try
        {
            return configured.WithRules(version, files);
        }
        catch (RuleException e)
        {
            LogUnfit(logger, version, string.Join("; ", e.Errors));
            return configured.InPlaceOf(version, files);
        }
    }

    private void Take(KindCatalog kinds)
    {
        lock (_kept)
        {
            if (kinds.Version <= Newest.Version) return;
            _taken = Keep(kinds);
        }

        LogTaken(logger, kinds.Version, kinds.RuleFiles.Count);
    }

    private static bool IsSame(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(file => right.TryGetValue(file.Key, out var text) && text == file.Value);

    [LoggerMessage(LogLevel.Information, "Version {Version} of the rules ({Files} files) is here")]
    private static partial void LogTaken(ILogger logger, long version, int files);

    [LoggerMessage(LogLevel.Information, "Version {Version} of the rules was made by {Who}")]
    private static partial void LogApplied(ILogger logger, long version, string who);

    [LoggerMessage(LogLevel.Warning, "This silo's rules are those of version {Known}; version {Newest} is in force. `granary rules apply` makes them the newest again")]
    private static partial void LogOlder(ILogger logger, long known, long newest);

    [LoggerMessage(LogLevel.Warning, "Version {Version} of the rules is not in the store; {Newest} stands in for it")]
    private static partial void LogMissing(ILogger logger, long version, long newest);

    [LoggerMessage(LogLevel.Error, "Version {Version} of the rules does not go with the kinds of this silo, so the rules of its directory stand in for it; "
        + "all silos need the same Kinds, and rules that go with them (granary rules apply): {Errors}")]
    private static partial void LogUnfit(ILogger logger, long version, string errors);

    [LoggerMessage(LogLevel.Warning, "Newer rules could not be looked for; trying on")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

/// <summary>A stored version of the rules.</summary>
/// <param name="Who">Who made it.</param>
/// <param name="Files">The texts of the rule files by their names.</param>
public sealed record RuleSetDocument(DateTimeOffset At, string Who, IReadOnlyDictionary<string, string> Files)
{
    public static RuleSetDocument Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<RuleSetDocument>(json)!;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);
}
