print("evolving: imported")
