using System.Collections.Immutable;
using Rules.Language;

namespace Rules.Patterns;

/// <summary>What all entities share of one <see cref="PatternSpec"/>: its steps with the negated ones folded into those that they guard.</summary>
internal sealed class PatternPlan
{
    /// <summary>Of a pattern, negated ones included: one bit each.</summary>
    public const int MaxSteps = 64;

    /// <summary>Of one match: the sum of the steps' times. A pattern keeps eight bytes an entity for each of them.</summary>
    public const int MaxEvents = 1_000;

    /// <exception cref="ArgumentException">The pattern has a <see cref="Problem"/>.</exception>
    public PatternPlan(PatternSpec spec)
    {
        if (Problem(spec) is { } problem)
            throw new ArgumentException(problem, nameof(spec));
        var stages = ImmutableArray.CreateBuilder<PatternStage>();
        var guard = 0UL;
        for (var i = 0; i < spec.Steps.Length; i++)
        {
            var step = spec.Steps[i];
            if (step.IsNegated)
            {
                guard |= 1UL << i;
                continue;
            }

            stages.Add(new(1UL << i, guard, step.Times, Places));
            Places += step.Times;
            Relevant |= 1UL << i | guard;
            guard = 0;
        }

        Stages = stages.ToImmutable();
        Within = spec.Within;
    }

    /// <summary>The steps that are not negated, in order.</summary>
    public ImmutableArray<PatternStage> Stages { get; }

    /// <summary>Milliseconds.</summary>
    public long Within { get; }

    /// <summary>How many events a match has.</summary>
    public int Places { get; }

    /// <summary>The steps of which at least one must hold for an event to change anything.</summary>
    public ulong Relevant { get; }

    /// <summary>Why a pattern cannot be: a sentence without its place; null: it can.</summary>
    public static string? Problem(PatternSpec spec)
    {
        var steps = spec.Steps;
        if (steps.Length is 0 or > MaxSteps)
            return $"a sequence has 1 to {MaxSteps} steps, got {steps.Length}";
        if (steps[0].IsNegated || steps[^1].IsNegated)
            return "a negated step stands between two others, neither first nor last";
        if (steps.Any(s => s.IsNegated && s.Times != 1))
            return "a negated step has no times";
        if (steps.Any(s => s.Times is < 1 or > MaxEvents) || steps.Where(s => !s.IsNegated).Sum(s => s.Times) > MaxEvents)
            return $"the times of a sequence's steps are 1 to {MaxEvents} together";
        return spec.Within < 0 ? "the time within which a sequence must happen is negative" : null;
    }
}

/// <summary>A step that is not negated.</summary>
/// <param name="Bit">Its bit in the mask of conditions.</param>
/// <param name="Guard">Bits of the negated steps directly before it.</param>
/// <param name="Times">How many events it takes.</param>
/// <param name="First">Its first place in an array of all places.</param>
internal readonly record struct PatternStage(ulong Bit, ulong Guard, int Times, int First);
