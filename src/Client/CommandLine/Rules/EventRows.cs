using System.Runtime.CompilerServices;
using System.Text.Json;
using global::Rules.Engine;
using global::Rules.Language;
using Sylvan.Data.Csv;

namespace Client.CommandLine.Rules;

/// <summary>A row of a file as an event.</summary>
/// <param name="Time">As the file has it.</param>
internal sealed record EventRow(string Time, string Entity, MemoryEvent Event);

/// <summary>
/// Reads events from a CSV file with a header or from JSON lines. A column is a number, a boolean or a text by what its first
/// values are; in a JSON file nested objects and lists are left out.
/// </summary>
internal sealed class EventRows : IDisposable
{
    /// <summary>So many rows are looked at for the types.</summary>
    private const int SampleRows = 1000;

    private readonly IEnumerator<(int Line, Dictionary<string, string> Row)> _rows;
    private readonly Queue<(int Line, Dictionary<string, string> Row)> _sample = [];
    private readonly string _path;
    private readonly string _timeField;
    private readonly string? _entityField;

    private EventRows(string path, string timeField, string? entityField)
    {
        (_path, _timeField, _entityField) = (path, timeField, entityField);
        _rows = (Path.GetExtension(path) is ".jsonl" or ".ndjson" ? JsonRows(path) : CsvRows(path)).GetEnumerator();
        while (_sample.Count < SampleRows && _rows.MoveNext()) _sample.Enqueue(_rows.Current);
        Fields = [.. _sample.SelectMany(row => row.Row.Keys).Distinct().Order(StringComparer.Ordinal)
            .Select((name, index) => new RuleField(name, TypeOf(name), index))];
        Require(timeField, "--time");
        if (entityField is not null) Require(entityField, "--entity");
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<RuleField> Fields { get; }

    /// <exception cref="UsageException">The file has no such columns, or no rows.</exception>
    public static EventRows Open(string path, string timeField, string? entityField) => new(path, timeField, entityField);

    /// <exception cref="BrokenLineException">A row has no time, or a value is not of its column's type.</exception>
    public async IAsyncEnumerable<EventRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (_sample.Count > 0 || _rows.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (line, row) = _sample.Count > 0 ? _sample.Dequeue() : _rows.Current;
            yield return ToEvent(line, row);
        }

        await Task.CompletedTask;
    }

    public void Dispose() => _rows.Dispose();

    private EventRow ToEvent(int line, Dictionary<string, string> row)
    {
        var time = row.GetValueOrDefault(_timeField) ?? "";
        if (!TimeText.TryParse(time, out var milliseconds))
            throw new BrokenLineException(line, $"'{time}' in {_timeField} is no time: expected ISO 8601, or seconds or milliseconds since 1970");
        var e = new MemoryEvent(milliseconds, Fields.Count);
        foreach (var field in Fields)
            if (row.TryGetValue(field.Name, out var text) && e.Set(field, text) is { } problem)
                throw new BrokenLineException(line, $"{field.Name}: {problem}");
        return new EventRow(time, _entityField is null ? "" : row.GetValueOrDefault(_entityField) ?? "", e);
    }

    private void Require(string name, string option)
    {
        if (_sample.Count == 0) throw new UsageException($"{_path} has no rows.");
        if (Fields.All(field => field.Name != name))
            throw new UsageException($"{option}: {_path} has no column '{name}'. It has: {string.Join(", ", Fields.Select(field => field.Name))}.");
    }

    private RuleType TypeOf(string name)
    {
        var values = _sample.Select(row => row.Row.GetValueOrDefault(name) ?? "").Where(text => text.Length > 0).ToList();
        return values.Count == 0 ? RuleType.Text
            : values.All(text => TimeText.TryNumber(text, out _)) ? RuleType.Number
            : values.All(text => text is "true" or "false") ? RuleType.Boolean
            : RuleType.Text;
    }

    private static IEnumerable<(int Line, Dictionary<string, string> Row)> CsvRows(string path)
    {
        using var csv = CsvDataReader.Create(path);
        while (csv.Read())
        {
            var row = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < csv.RowFieldCount && i < csv.FieldCount; i++) row[csv.GetName(i)] = csv.GetString(i);
            yield return (csv.RowNumber + 1, row);
        }
    }

    private static IEnumerable<(int Line, Dictionary<string, string> Row)> JsonRows(string path)
    {
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text)) continue;
            yield return (line, JsonRow(line, text));
        }
    }

    private static Dictionary<string, string> JsonRow(int line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.EnumerateObject()
                .Where(property => property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null))
                .ToDictionary(property => property.Name, property => property.Value.ToString() is "True" or "False"
                    ? property.Value.GetRawText()
                    : property.Value.ToString());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new BrokenLineException(line, $"not a JSON object: {e.Message}");
        }
    }
}
