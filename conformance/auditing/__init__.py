"""What others have recorded: the traffic of any client, judged without asking anybody."""
