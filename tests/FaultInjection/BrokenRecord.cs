using System.Text;

namespace FaultInjection;

/// <summary>A record that no entity can take: its kind, key (null: none) and value.</summary>
internal sealed record BrokenRecord(string Kind, byte[]? Key, byte[] Value)
{
    private static readonly byte[] Huge = Encoding.UTF8.GetBytes(
        $$"""{"entity":"e1","seq":1,"ts":1795384955593,"value":1,"padding":"{{new string('x', 2 << 20)}}"}""");

    private static readonly string Deep = new string('[', 20_000) + new string(']', 20_000);

    private static readonly Func<int, string>[] Values =
    [
        _ => "this is not JSON",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"val""",
        n => $"[{n}]",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":"high"}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":{"is":1}}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":"yesterday","value":1}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":1e999}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":99999999999999999999999,"value":1}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":NaN}""",
        n => $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":1} trailing""",
        n => n % 20 == 0 ? Deep : $$"""{"entity":"e{{n}}","seq":{{n}},"ts":1795384955593,"value":{{new string('[', 200)}}""",
        n => n % 20 == 0 ? $$"""{"value":1,"ts":1795384955593,"seq":1,"x":{{Deep}}}""" : $$"""{"value":1,"ts":1795384955593,"seq":1,"x":{{Nested(100)}}}""",
    ];

    private static readonly string[] Kinds =
    [
        "not-json", "cut-off", "an-array", "text-for-number", "object-for-number", "field-absent", "no-time", "overflow", "time-overflow",
        "nan", "trailing", "deep", "deep-beside",
    ];

    /// <summary>The n-th of a series that goes through all kinds; a few have 2 MB.</summary>
    public static BrokenRecord Number(int n)
    {
        var key = Encoding.UTF8.GetBytes($"e{n % 1000}");
        if (n % 500 == 7) return new("2-mb", key, Huge);
        var kind = n % (Values.Length + 3);
        if (kind < Values.Length) return new(Kinds[kind], key, Encoding.UTF8.GetBytes(Values[kind](n)));
        var good = Encoding.UTF8.GetBytes($$"""{"entity":"e1","seq":{{n}},"ts":1795384955593,"value":51.5}""");
        return (kind - Values.Length) switch
        {
            0 => new("no-key", null, good),
            1 => new("empty-key", [], good),
            _ => new("not-utf-8", key, [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]),
        };
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
