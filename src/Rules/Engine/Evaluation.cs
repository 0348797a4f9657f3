namespace Rules.Engine;

/// <summary>
/// What expressions are evaluated in: the event or timer at hand and the state of its entity. Working memory, reused from one event to the
/// next by one caller at a time; nothing of it is state.
/// </summary>
public sealed class Evaluation
{
    internal Evaluation(int maxAnomalies) => Anomalies = new double[maxAnomalies];

    /// <summary>The entity's key.</summary>
    public string Entity { get; set; } = "";

    /// <summary>Null when a timer is judged: then fields, patterns and anomalies are missing.</summary>
    internal IRuleEvent? Event { get; set; }

    /// <summary>
    /// What an alert remembers of an event, while what a timer has changed of it is told; null otherwise, for no condition sees it.
    /// </summary>
    internal IRuleEvent? Remembered { get; set; }

    /// <summary>Where fields are looked up; null: they are missing.</summary>
    internal IRuleEvent? Fields => Event ?? Remembered;

    internal RuleClock Clock { get; set; }

    internal GroupState Group { get; set; } = null!;

    /// <summary>The rule that is judged; null while the entity's windows take the event in.</summary>
    internal CompiledRule? Rule { get; set; }

    /// <summary>By pattern of the scope: whether the event completes it.</summary>
    internal ulong Completed { get; set; }

    /// <summary>By anomaly of the scope: the score of the event's value; NaN: missing.</summary>
    internal double[] Anomalies { get; }

    /// <summary>Rules in C# that have thrown, with what; whoever reads it clears it.</summary>
    public List<(string Rule, Exception Error)>? Failures { get; private set; }

    internal void Failed(string rule, Exception error) => (Failures ??= []).Add((rule, error));

    /// <summary>Room for a group's key.</summary>
    internal char[] KeyBuffer { get; set; } = new char[64];
}

internal delegate double NumberOf(Evaluation at);

internal delegate Truth TruthOf(Evaluation at);

/// <summary>Answers false when the text is missing.</summary>
internal delegate bool TextOf(Evaluation at, out ReadOnlySpan<byte> text);
