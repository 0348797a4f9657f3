using System.Globalization;

namespace Recommendations.Bench;

/// <summary>
/// A file of events: tab separated, with the header SessionId ItemId Time; times are Unix seconds, with or without a
/// fraction.
/// </summary>
public static class SessionFile
{
    private static readonly string[] Columns = ["SessionId", "ItemId", "Time"];

    /// <summary>In order of time; equal times as in the file. Further columns are left out.</summary>
    /// <exception cref="InvalidDataException">A column is missing or a line is not an event.</exception>
    public static IReadOnlyList<SessionEvent> Read(TextReader file)
    {
        var header = (file.ReadLine() ?? "").Split('\t');
        var places = Array.ConvertAll(
            Columns,
            name => Array.FindIndex(header, column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)));
        if (places.Contains(-1))
            throw new InvalidDataException($"The header must have {string.Join(", ", Columns)}, tab separated.");
        var events = new List<SessionEvent>();
        var number = 1;
        while (file.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
                continue;
            var cells = line.Split('\t');
            if (cells.Length <= places.Max()
                || !double.TryParse(cells[places[2]], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                || !(Math.Abs(seconds) < 1e11))
                throw new InvalidDataException($"Line {number} is no event: {line}");
            events.Add(new(cells[places[0]], cells[places[1]], (long)Math.Round(seconds * 1000)));
        }

        return [.. events.OrderBy(static e => e.Time)];
    }

    public static void Write(TextWriter file, IEnumerable<SessionEvent> events)
    {
        file.WriteLine(string.Join('\t', Columns));
        foreach (var (session, item, time) in events)
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{session}\t{item}\t{time / 1000.0:F3}"));
    }
}
