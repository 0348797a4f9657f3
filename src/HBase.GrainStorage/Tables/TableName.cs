namespace HBase.GrainStorage.Tables;

/// <summary>Names of tables.</summary>
public static class TableName
{
    /// <summary>Whether HBase takes the name: <c>qualifier</c> or <c>namespace:qualifier</c>.</summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name)) return false;
        var colon = name.IndexOf(':');
        var space = colon < 0 ? "default" : name[..colon];
        var qualifier = name[(colon + 1)..];
        return space.Length > 0 && space.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && qualifier.Length > 0 && qualifier[0] is not ('.' or '-')
            && qualifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
    }
}
