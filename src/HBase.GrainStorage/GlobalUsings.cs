global using Checkpointing;
global using HBase.Client;
