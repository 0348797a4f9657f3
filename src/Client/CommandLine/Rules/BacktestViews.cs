using System.Globalization;
using Client.Backtesting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Client.CommandLine.Rules;

/// <summary>A backtest as people read it.</summary>
internal static class BacktestViews
{
    /// <summary>Its name in tables: alert records in a compact format do not say it.</summary>
    public static string Name(RuleResult rule) => rule.Rule.Length > 0 ? rule.Rule : "(not said)";

    /// <summary>A row for each rule.</summary>
    public static IRenderable Summary(BacktestResult result)
    {
        var table = Views.Table("Rule", ">Would fire", ">Entities", ">Median", ">Longest", ">Did fire", ">Entities");
        foreach (var rule in result.Rules)
            table.AddRow(
                Views.Escaped(Name(rule)), Number(rule.Would.Alerts), Number(rule.Would.Entities), Durations.Text(rule.Would.Median),
                Durations.Text(rule.Would.Longest), Number(rule.Did.Alerts), Number(rule.Did.Entities));
        return table;
    }

    /// <summary>Two rows of bars for each rule: how many alerts fired in each part of the time, as high as the rule's highest.</summary>
    public static IRenderable Chart(BacktestResult result, DateTimeOffset end, int width)
    {
        var count = Math.Clamp(width - result.Rules.Max(rule => Name(rule).Length) - 40, 10, 60);
        var table = Views.Table("Rule", "", $"Alerts in {Durations.Text((end - result.Begin) / count)}", ">At most").Border(TableBorder.None);
        foreach (var rule in result.Rules)
        {
            var would = rule.Would.Buckets(result.Begin, end, count);
            var did = rule.Did.Buckets(result.Begin, end, count);
            var most = Math.Max(would.Max(), did.Max());
            table.AddRow(Views.Escaped(Name(rule)), "would", $"[red]{Bars(would, most)}[/]", Number(would.Max()));
            table.AddRow("", "did", $"[grey]{Bars(did, most)}[/]", Number(did.Max()));
        }

        return table;
    }

    private static string Bars(int[] buckets, int most) =>
        string.Concat(buckets.Select(n => n == 0 ? '·' : (char)('▁' + (int)Math.Ceiling(8.0 * n / most) - 1)));

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
