using System.Text;
using Checkpointing;
using Grains.Entities;
using Grains.Fields;
using Grains.Kinds;
using Recommendations;
using Recommendations.Methods;

namespace Grains.Recommending;

/// <summary>Reads interactions by the paths of the configuration, as strictly as configured kinds' events. Safe from any thread.</summary>
internal sealed class InteractionDecoder
{
    [ThreadStatic]
    private static DecodedEvent? _event; // all decoders have the same three fields

    private readonly RecommendationSettings _settings;
    private readonly EventDecoder _decoder;
    private readonly int _item;
    private readonly int _session;
    private readonly int _type;
    private readonly ICatalogue _catalogue;

    public InteractionDecoder(RecommendationSettings settings, ICatalogue catalogue)
    {
        (_settings, _catalogue) = (settings, catalogue);
        var options = new KindOptions { TimePath = settings.TimePath };
        options.Fields.Add("item", new() { Path = settings.ItemPath, Type = FieldType.Text, Required = true });
        options.Fields.Add("session", new() { Path = settings.SessionPath, Type = FieldType.Text });
        options.Fields.Add("type", new() { Path = settings.TypePath, Type = FieldType.Text, Required = true });
        var fields = new FieldTable(options);
        _decoder = new EventDecoder(fields, options);
        (_item, _session, _type) = (fields.Find("item")!.Ordinal, fields.Find("session")!.Ordinal, fields.Find("type")!.Ordinal);
    }

    /// <exception cref="EventRefusedException">The record is no interaction.</exception>
    public Interaction Decode(in EventRecord record)
    {
        var decoded = _event ??= _decoder.NewEvent();
        if (!_decoder.TryDecode(record.Value.Span, record.Timestamp, decoded, out var reason)) throw new EventRefusedException(reason);
        var type = Encoding.UTF8.GetString(decoded.Text(_type));
        if (!_settings.Types.TryGetValue(type, out var kind))
            throw new EventRefusedException($"type '{type}' is none of {string.Join(", ", _settings.Types.Keys)}");
        var session = decoded.Has(_session) ? Encoding.UTF8.GetString(decoded.Text(_session)) : null;
        return new(_catalogue.IdOf(decoded.Text(_item)), kind, decoded.Time, session);
    }
}
