namespace HBaseFaults.Model;

/// <summary>What a read showed, against what the model says.</summary>
internal enum Verdict
{
    Right,

    /// <summary>An acknowledged write is not there.</summary>
    Lost,

    /// <summary>Something is there, or an answer was given, that never was true.</summary>
    Wrong,
}
