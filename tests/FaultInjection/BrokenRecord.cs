using System.Text;

namespace FaultInjection;

/// <summary>A record that no entity can take: its kind, key (null: none) and value.</summary>
internal sealed record BrokenRecord(string Kind, byte[]? Key, byte[] Value)
{
    private static readonly byte[] Huge = Encoding.UTF8.GetBytes(
        Event(1, $"\"ts\":1795384955593,\"value\":1,\"padding\":\"{new string('x', 2 << 20)}\""));

    private static readonly string Deep = new string('[', 2_000) + new string(']', 2_000);

    private static readonly (string Kind, Func<int, string> Value)[] Texts =
    [
        ("not-json", _ => "this is not JSON"),
        ("cut-off", n => Event(n, "\"ts\":1795384955593,\"val")[..^1]),
        ("an-array", n => $"[{n}]"),
        ("text-for-number", n => Event(n, "\"ts\":1795384955593,\"value\":\"high\"")),
        ("object-for-number", n => Event(n, "\"ts\":1795384955593,\"value\":{\"is\":1}")),
        ("field-absent", n => Event(n, "\"ts\":1795384955593")),
        ("no-time", n => Event(n, "\"ts\":\"yesterday\",\"value\":1")),
        ("overflow", n => Event(n, "\"ts\":1795384955593,\"value\":1e999")),
        ("time-overflow", n => Event(n, "\"ts\":99999999999999999999999,\"value\":1")),
        ("nan", n => Event(n, "\"ts\":1795384955593,\"value\":NaN")),
        ("trailing", n => Event(n, "\"ts\":1795384955593,\"value\":1") + " trailing"),
        ("deep-array", _ => Deep),
        ("deep-value", n => Event(n, $"\"ts\":1795384955593,\"value\":{Deep}")),
        ("deep-beside", n => Event(n, $"\"ts\":1795384955593,\"value\":1,\"beside\":{Deep}")),
    ];

    /// <summary>The n-th of a series that goes through all kinds; a few have 2 MB.</summary>
    public static BrokenRecord Number(int n)
    {
        var key = Encoding.UTF8.GetBytes($"e{n % 1000}");
        if (n % 500 == 7) return new("2-mb", key, Huge);
        var kind = n % (Texts.Length + 3);
        if (kind < Texts.Length) return new(Texts[kind].Kind, key, Encoding.UTF8.GetBytes(Texts[kind].Value(n)));
        var good = Encoding.UTF8.GetBytes(Event(n, "\"ts\":1795384955593,\"value\":51.5"));
        return (kind - Texts.Length) switch
        {
            0 => new("no-key", null, good),
            1 => new("empty-key", [], good),
            _ => new("not-utf-8", key, [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D]),
        };
    }

    private static string Event(int n, string rest) => $"{{\"entity\":\"e{n % 1000}\",\"seq\":{n},{rest}}}";
}
