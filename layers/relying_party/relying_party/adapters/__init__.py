"""The world outside, one technology per file. Only here are requests, boto3 and Powertools used."""
