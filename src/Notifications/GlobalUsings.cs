global using Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;
