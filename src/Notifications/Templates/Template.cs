using System.Collections.Immutable;
using System.Text;
using Notifications.Receivers;

namespace Notifications.Templates;

/// <summary>What a template shows: a notification, inside of <c>each</c> one of its alerts too.</summary>
internal readonly record struct TemplateContext(Notification Notification, Alert? Alert);

/// <summary>Adds its text to what is rendered.</summary>
internal delegate void TemplatePart(TemplateContext context, TemplateOutput output);

/// <summary>A text with <c>{{ fields }}</c> of a notification in it.</summary>
internal sealed class Template(ImmutableArray<TemplatePart> parts)
{
    /// <param name="escape">Applied to the fields' values, not to the template's own text.</param>
    public string Render(Notification notification, Func<string, string>? escape = null)
    {
        var output = new TemplateOutput(escape ?? (value => value));
        Render(new(notification, null), output);
        return output.ToString();
    }

    public void Render(TemplateContext context, TemplateOutput output)
    {
        foreach (var part in parts)
            part(context, output);
    }
}

/// <summary>Gathers what is rendered, up to a length that any receiver takes.</summary>
internal sealed class TemplateOutput(Func<string, string> escape)
{
    public const int MaxLength = 30_000;

    private readonly StringBuilder _text = new();

    public void AddText(string text) => Add(text);

    public void AddValue(string value) => Add(escape(value));

    public override string ToString() => _text.ToString();

    private void Add(string text)
    {
        if (_text.Length >= MaxLength)
            return;
        if (_text.Length + text.Length < MaxLength)
            _text.Append(text);
        else
            _text.Append(text, 0, MaxLength - _text.Length - 1).Append('…');
    }
}
