using System.Text;

namespace Grains.Fields;

/// <summary>
/// All paths into an event as one tree: what to do with the value of each property on the way. Paths are property names
/// with dots between them.
/// </summary>
internal sealed class PathNode(string path)
{
    private Child[] _children = [];

    /// <summary>From the event's root, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>The fields whose value is here.</summary>
    public List<Field> Fields { get; } = [];

    /// <summary>Which copies (see <see cref="DecodedEvent.Copy"/>) are taken from here.</summary>
    public List<int> Copies { get; } = [];

    /// <summary>Whether the event's time is here.</summary>
    public bool IsTime { get; set; }

    public bool HasChildren => _children.Length > 0;

    /// <summary>Whether something is taken from here.</summary>
    public bool IsWanted => Fields.Count > 0 || Copies.Count > 0 || IsTime;

    public IEnumerable<PathNode> Children => _children.Select(c => c.Node);

    /// <summary>Whether the text is a path: names with single dots between them.</summary>
    public static bool IsPath(string path) => path.Length > 0 && path.Split('.').All(name => name.Length > 0);

    /// <summary>The node of that path below this one, made if need be.</summary>
    public PathNode At(string path)
    {
        var node = this;
        foreach (var name in path.Split('.'))
            node = node.ChildOrNew(name);
        return node;
    }

    /// <summary>The child of that name, UTF-8; null when nothing below it is wanted.</summary>
    public PathNode? Find(ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var child in _children.AsSpan())
            if (name.SequenceEqual(child.Name))
                return child.Node;
        return null;
    }

    /// <summary>The child whose name is the reader's property name, which has escapes.</summary>
    public PathNode? Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        foreach (ref readonly var child in _children.AsSpan())
            if (reader.ValueTextEquals(child.Name))
                return child.Node;
        return null;
    }

    private PathNode ChildOrNew(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (Find(bytes) is { } found)
            return found;
        var child = new PathNode(Path.Length == 0 ? name : $"{Path}.{name}");
        _children = [.. _children, new Child(bytes, child)];
        return child;
    }

    private readonly record struct Child(byte[] Name, PathNode Node);
}
