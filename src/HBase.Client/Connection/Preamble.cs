using System.Buffers.Binary;
using Google.Protobuf;
using HBase.Client.Protocol.Messages;

namespace HBase.Client.Connection;

/// <summary>
/// The first bytes of a connection: "HBas", version 0, authentication SIMPLE, then the ConnectionHeader behind a four-byte
/// length. The version makes servers answer gets with cell blocks and bound the size of their answers.
/// </summary>
internal static class Preamble
{
    public const string Codec = "org.apache.hadoop.hbase.codec.KeyValueCodec";

    public static byte[] Create(string user, string service, bool withVersion = true)
    {
        var header = new ConnectionHeader
        {
            UserInfo = new UserInformation { EffectiveUser = user },
            ServiceName = service,
            CellBlockCodecClass = Codec,
        };
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

        var size = header.CalculateSize();
        var bytes = new byte[6 + sizeof(int) + size];
        "HBas\0\x50"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), size);
        header.WriteTo(bytes.AsSpan(10));
        return bytes;
    }
}
