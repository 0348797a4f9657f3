using System.Buffers;
using Rules.Codec;
using Rules.Engine;
using Rules.Language;
using Rules.Patterns;

namespace Rules.Tests.Patterns;

/// <summary>Patterns of one-letter steps: <c>a*5 !r b</c> within milliseconds, and events as <c>a@100</c> (ab@100: two steps hold).</summary>
internal static class Pattern
{
    public static PatternSpec Spec(string steps, long within)
    {
        var list = steps.Split(' ').Select(step => new PatternStep(
            new TextLiteral(step.Trim('!')[..1]),
            step.Contains('*', StringComparison.Ordinal) ? int.Parse(step[(step.IndexOf('*') + 1)..]) : 1,
            step[0] == '!'));
        return new PatternSpec([.. list], within);
    }

    /// <summary>The times of the events that complete a match.</summary>
    public static string Matches(string steps, long within, string events)
    {
        var spec = Spec(steps, within);
        var pattern = new SequencePattern(spec);
        var now = long.MinValue;
        var found = new List<long>();
        foreach (var e in events.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = e.Split('@');
            var time = long.Parse(at[1]);
            now = Math.Max(now, time);
            if (pattern.Observe(time, Holds(spec, at[0]), new RuleClock(now, now - 1_000)))
                found.Add(time);
        }

        return string.Join(' ', found);
    }

    public static ulong Holds(PatternSpec spec, string letters)
    {
        var holds = 0UL;
        for (var i = 0; i < spec.Steps.Length; i++)
            if (letters.Contains(((TextLiteral)spec.Steps[i].Condition).Value, StringComparison.Ordinal))
                holds |= 1UL << i;
        return holds;
    }

    public static byte[] Bytes(SequencePattern pattern)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ByteWriter(output);
        pattern.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static void Read(SequencePattern pattern, byte[] bytes)
    {
        var reader = new ByteReader(bytes);
        pattern.Read(ref reader);
        Assert.True(reader.AtEnd);
    }
}
