return await Silo.Hosting.SiloProgram.RunAsync(args);
