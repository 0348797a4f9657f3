using System.Text.Json;
using Grains.Interfaces;
using Notifications.Matching;
using Muting = Notifications.Matching.Silence;
using Silence = Grains.Interfaces.Silence;

namespace Silo.Notifying;

/// <summary>The silences: a row <c>silence/&lt;id&gt;</c> each. One call at a time.</summary>
/// <param name="apply">Puts silences in force.</param>
internal sealed class SilenceList(NotificationTable table, Action<IReadOnlyList<Muting>> apply, TimeProvider time)
{
    private const string Prefix = "silence/";
    private const int MaxCount = 1000;
    private const int MaxLength = 1000;

    /// <summary>How long one that is over is known: so long its end may be asked for again.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Silence> _silences = [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, json) in await table.ReadAsync(Prefix, cancellationToken))
            _silences[id] = JsonSerializer.Deserialize<Silence>(json.Span)!;
        Apply();
    }

    public IReadOnlyList<Silence> List() =>
        [.. _silences.Values.Where(s => s.Until > time.GetUtcNow()).OrderBy(s => s.From).ThenBy(s => s.Id, StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">It is wrong.</exception>
    /// <exception cref="CommandRefusedException">There are too many.</exception>
    public async Task AddAsync(Silence silence, CancellationToken cancellationToken)
    {
        Check(silence);
        foreach (var over in _silences.Values.Where(s => s.Until + Kept < time.GetUtcNow()).ToList())
        {
            await table.DeleteAsync(Prefix + over.Id, cancellationToken);
            _silences.Remove(over.Id);
        }

        if (_silences.Count >= MaxCount && !_silences.ContainsKey(silence.Id))
            throw new CommandRefusedException($"There are {MaxCount} silences already: end some, or set wider ones.");
        await SaveAsync(silence, cancellationToken);
    }

    /// <returns>False: there is none with that id.</returns>
    public async Task<bool> ExpireAsync(string id, CancellationToken cancellationToken)
    {
        if (!_silences.TryGetValue(id, out var silence)) return false;
        var now = time.GetUtcNow();
        if (silence.Until > now)
            await SaveAsync(silence with { From = silence.From < now ? silence.From : now, Until = now }, cancellationToken);
        return true;
    }

    private async Task SaveAsync(Silence silence, CancellationToken cancellationToken)
    {
        await table.SaveAsync(Prefix + silence.Id, JsonSerializer.SerializeToUtf8Bytes(silence), cancellationToken);
        _silences[silence.Id] = silence;
        Apply();
    }

    private void Apply() => apply([.. _silences.Values.Select(s => new Muting(
        s.Id, [.. s.Matchers.Select(Matcher.Parse)], s.Who, s.Why, s.From.ToUnixTimeMilliseconds(), s.Until.ToUnixTimeMilliseconds()))]);

    private void Check(Silence silence)
    {
        if (silence.Id.Length is < 1 or > 64 || !silence.Id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException($"The id '{silence.Id}' is not 1 to 64 letters, digits and hyphens.");
        if (silence.Matchers.Count is < 1 or > 50)
            throw new ArgumentException($"A silence has 1 to 50 matchers, not {silence.Matchers.Count}.");
        if (silence.Matchers.Append(silence.Who).Append(silence.Why).Any(text => text.Length > MaxLength))
            throw new ArgumentException($"A text of a silence has at most {MaxLength} characters.");
        if (silence.Until <= silence.From || silence.Until <= time.GetUtcNow())
            throw new ArgumentException($"The silence would end at {silence.Until:O}, before it begins or in the past.");
        foreach (var matcher in silence.Matchers)
        {
            try
            {
                Matcher.Parse(matcher);
            }
            catch (FormatException e)
            {
                throw new ArgumentException(e.Message, e);
            }
        }
    }
}
