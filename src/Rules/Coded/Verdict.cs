namespace Rules.Coded;

/// <summary>What a rule in C# says of an entity.</summary>
/// <param name="Holds">Whether there is cause for an alert; null: it is not known, and an alert stays as it is.</param>
/// <param name="Value">The number that the verdict is about, finite; NaN: none.</param>
public readonly record struct Verdict(bool? Holds, double Value = double.NaN);
