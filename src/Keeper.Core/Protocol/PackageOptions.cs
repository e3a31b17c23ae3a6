using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>An adapter that is no part of this build: which file, and what it is told.</summary>
/// <param name="Path">Of the assembly, absolute.</param>
/// <param name="Sha256">Of the file's bytes: another file is not loaded.</param>
/// <param name="TypeName">Of its <see cref="IProtocolFactory"/>, with the namespace.</param>
/// <param name="Values">What the adapter wants to know, by name.</param>
/// <param name="Hash">Keccak-256, for selectors and topics.</param>
public sealed record PackageOptions(string Path, Hash32 Sha256, string TypeName, IReadOnlyDictionary<string, string> Values, Keccak256 Hash) : ProtocolOptions;
