namespace Rules.Engine;

/// <summary>A boolean that may be missing.</summary>
internal enum Truth : byte
{
    False,
    True,
    Missing,
}

/// <summary>Three-valued logic: what is known decides where it can.</summary>
internal static class Logic
{
    public static Truth Of(bool value) => value ? Truth.True : Truth.False;

    public static Truth Not(Truth a) => a switch { Truth.False => Truth.True, Truth.True => Truth.False, _ => Truth.Missing };

    public static Truth And(Truth a, Truth b) =>
        a == Truth.False || b == Truth.False ? Truth.False : a == Truth.True && b == Truth.True ? Truth.True : Truth.Missing;

    public static Truth Or(Truth a, Truth b) =>
        a == Truth.True || b == Truth.True ? Truth.True : a == Truth.False && b == Truth.False ? Truth.False : Truth.Missing;
}
