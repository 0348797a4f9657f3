namespace Client.Backtesting;

/// <summary>Where an alert of a backtest comes from.</summary>
internal enum AlertOrigin
{
    /// <summary>The rules that are tried would have fired it.</summary>
    Backtest,

    /// <summary>The rules of that time did fire it.</summary>
    History,
}

/// <summary>An alert that would have fired, or did.</summary>
/// <param name="Rule">Empty where the kind's alert records do not name it (<c>AlertFormat: Compact</c>).</param>
/// <param name="ResolvedAt">Null: still firing at the end of the range, or not known.</param>
/// <param name="Value">What the rule judged when it fired; null: none.</param>
internal sealed record BacktestAlert(
    AlertOrigin Origin, string Rule, string Entity, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, double? Value,
    IReadOnlyDictionary<string, string> Labels, string Message);
