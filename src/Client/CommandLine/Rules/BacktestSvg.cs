using System.Globalization;
using System.Xml.Linq;
using Client.Backtesting;

namespace Client.CommandLine.Rules;

/// <summary>The chart of a backtest as SVG: for each rule bars up for what would have fired, down for what did.</summary>
internal static class BacktestSvg
{
    private const int Width = 960;
    private const int Left = 200;
    private const int Right = 20;
    private const int Top = 60;
    private const int Lane = 80;
    private const int Bar = 32;
    private const int Bucket = 120;
    private const int Ticks = 4;
    private const string WouldColour = "#c0392b";
    private const string DidColour = "#7f8c8d";

    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    public static string Of(string kind, BacktestResult result, DateTimeOffset end)
    {
        var bottom = Top + (Lane * result.Rules.Count);
        var title = $"Backtest of {kind}: {result.Events} events of {result.Entities} entities";
        var svg = new XElement(
            _svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {bottom + 40}"), new XAttribute("font-family", "sans-serif"), new XAttribute("font-size", 12),
            new XElement(_svg + "title", title),
            Rectangle(0, 0, Width, bottom + 40, "white", null),
            Text(Left, 20, title, "start"),
            Rectangle(Left, 32, 10, 10, WouldColour, null), Text(Left + 16, 41, "would have fired", "start"),
            Rectangle(Left + 140, 32, 10, 10, DidColour, null), Text(Left + 156, 41, "did fire", "start"));
        for (var i = 0; i < result.Rules.Count; i++) svg.Add(LaneOf(result.Rules[i], result.Begin, end, Top + (Lane * i) + (Lane / 2)));
        for (var i = 0; i <= Ticks; i++)
        {
            var time = result.Begin + ((end - result.Begin) * i / Ticks);
            svg.Add(Text(Left + (i * (Width - Left - Right) / Ticks), bottom + 20, Time(time), i == 0 ? "start" : i == Ticks ? "end" : "middle"));
        }

        return svg + "\n";
    }

    private static IEnumerable<XElement> LaneOf(RuleResult rule, DateTimeOffset begin, DateTimeOffset end, int baseline)
    {
        var would = rule.Would.Buckets(begin, end, Bucket);
        var did = rule.Did.Buckets(begin, end, Bucket);
        var most = Math.Max(1, Math.Max(would.Max(), did.Max()));
        const double step = (double)(Width - Left - Right) / Bucket;
        yield return Text(Left - 10, baseline - 4, BacktestViews.Name(rule), "end");
        yield return Text(Left - 10, baseline + 12, $"{rule.Would.Alerts} / {rule.Did.Alerts}", "end");
        yield return Rectangle(Left, baseline, Width - Left - Right, 1, "#bbbbbb", null);
        for (var i = 0; i < Bucket; i++)
        {
            var (x, time) = (Left + (i * step), Time(begin + ((end - begin) * i / Bucket)));
            var (up, down) = ((double)Bar * would[i] / most, (double)Bar * did[i] / most);
            if (up > 0) yield return Rectangle(x, baseline - up, step - 0.5, up, WouldColour, $"{would[i]} would have fired, {time}");
            if (down > 0) yield return Rectangle(x, baseline + 1, step - 0.5, down, DidColour, $"{did[i]} did fire, {time}");
        }
    }

    private static XElement Rectangle(double x, double y, double width, double height, string colour, string? title) => new(
        _svg + "rect",
        new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("width", Number(width)), new XAttribute("height", Number(height)),
        new XAttribute("fill", colour), title is null ? null : new XElement(_svg + "title", title));

    private static XElement Text(double x, double y, string text, string anchor) => new(
        _svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
