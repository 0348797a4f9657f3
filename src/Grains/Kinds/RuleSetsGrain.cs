using Grains.Interfaces;
using Orleans.Concurrency;
using Rules.Language;

namespace Grains.Kinds;

/// <summary>Applies rules for people.</summary>
[StatelessWorker]
public sealed class RuleSetsGrain(RuleVersions versions) : Grain, IRuleSets
{
    private const int MaxFiles = 1000;
    private const int MaxBytes = 1 << 20;

    public async ValueTask<long> ApplyAsync(RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentException.ThrowIfNullOrWhiteSpace(rules.Who);
        if (rules.Files.Count > MaxFiles || rules.Files.Sum(file => file.Key.Length + file.Value.Length) > MaxBytes)
            throw new CommandRefusedException($"Rules have at most {MaxFiles} files with {MaxBytes} characters in all.");
        try
        {
            return await versions.ApplyAsync(rules.Files, rules.Who, CancellationToken.None);
        }
        catch (RuleException e)
        {
            throw new CommandRefusedException(string.Join(Environment.NewLine, e.Errors));
        }
    }

    public async ValueTask<IReadOnlyList<RuleSetVersion>> ListAsync(int count)
    {
        if (count is < 1 or > 1000) throw new ArgumentException($"The count is {count}: expected 1 to 1000.", nameof(count));
        var last = new Queue<RuleSetVersion>();
        await foreach (var (number, document) in versions.ReadAllAsync(CancellationToken.None))
        {
            if (last.Count == count) last.Dequeue();
            last.Enqueue(new(number, document.At, document.Who, [.. document.Files.Keys.Order(StringComparer.Ordinal)]));
        }

        return [.. last.Reverse()];
    }
}
