using System.Buffers.Binary;
using Google.Protobuf;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Connection;

/// <summary>
/// The first bytes of a connection: "HBas", version 0, the authentication, and after that (SASL comes in between) the
/// ConnectionHeader behind a four-byte length. The version makes servers answer gets with cell blocks and bound the size of
/// their answers.
/// </summary>
internal static class Preamble
{
    public const string Codec = "org.apache.hadoop.hbase.codec.KeyValueCodec";

    public static ReadOnlySpan<byte> Simple => "HBas\0\x50"u8;

    public static ReadOnlySpan<byte> Kerberos => "HBas\0\x51"u8;

    /// <summary>Preamble and header of an unauthenticated connection, which go out at once.</summary>
    public static byte[] Create(string user, string service, bool withVersion = true) =>
        [.. Simple, .. Framed(CreateHeader(user, service, withVersion))];

    public static byte[] Create(ConnectionSettings settings, string service) => [.. Simple, .. Header(settings, service)];

    /// <summary>The header with its length. With Kerberos it names no user: the ticket does.</summary>
    public static byte[] Header(ConnectionSettings settings, string service)
    {
        var header = CreateHeader(settings.Kerberos is null ? settings.User : null, service, withVersion: true);
        if (settings.Compression != HBaseCompression.None) header.CellBlockCompressorClass = Compressor(settings.Compression);
        foreach (var (name, value) in settings.Attributes)
            header.Attribute.Add(new NameBytesPair { Name = name, Value = ByteString.CopyFromUtf8(value) });
        return Framed(header);
    }

    private static string Compressor(HBaseCompression compression) => compression switch
    {
        HBaseCompression.Snappy => "org.apache.hadoop.io.compress.SnappyCodec",
        _ => "org.apache.hadoop.io.compress.GzipCodec",
    };

    private static ConnectionHeader CreateHeader(string? user, string service, bool withVersion)
    {
        var header = new ConnectionHeader { ServiceName = service, CellBlockCodecClass = Codec };
        if (user is not null) header.UserInfo = new UserInformation { EffectiveUser = user };
        if (withVersion)
        {
            header.VersionInfo = new VersionInfo
            {
                Version = "2.6.0",
                Url = "",
                Revision = "",
                User = "",
                Date = "",
                SrcChecksum = "",
                VersionMajor = 2,
                VersionMinor = 6,
            };
        }

        return header;
    }

    private static byte[] Framed(ConnectionHeader header)
    {
        var size = header.CalculateSize();
        var bytes = new byte[sizeof(int) + size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        header.WriteTo(bytes.AsSpan(sizeof(int)));
        return bytes;
    }
}
